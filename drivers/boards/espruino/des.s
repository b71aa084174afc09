@ DES (FIPS 46-3) on whole blocks, in place, for the PIN pad's own board: what firmware/pinpad/des.ts does, as machine code of
@ a Cortex-M (ARMv6-M, which every later one has). `npm run generate` makes des-thumb.ts of it.
@
@   int des(frame)      int of the engine, so r0; gives 1
@
@ frame, at an address that is a multiple of four:
@    0  number of blocks, 16 bits, the lower byte first
@    2  passes over a block, 1 to 3
@    3  bit n is 1 where pass n decrypts
@    4  1: each block is first joined to the one before it (CBC), the first one to what stands at 32
@    8  a key of eight bytes for each pass; zeros when it is done
@   32  eight bytes that the first block is joined to
@   40  the blocks
@
@ It needs nothing but the frame and 68 bytes of the stack, which it leaves as zeros, and it can lie anywhere. No branch and no number
@ of turns depends on key or data. The round keys are made anew for each pass: there is no place for them to stay in. Permutations
@ are lists of bits as the standard has them, so bit 1 is the highest.

        .syntax unified
        .thumb

des:
        push {r4, r5, r6, r7, lr}
        sub sp, #48
@ On the stack: the 64 bits L and R, the two parts of a round key, then counts and addresses.
        .equ L, 0
        .equ R, 4
        .equ C, 8
        .equ D, 12
        .equ KEY_1, 16
        .equ KEY_2, 20
        .equ ROUND, 24
        .equ PASS, 28
        .equ BLOCKS, 32
        .equ BLOCK, 36
        .equ FRAME, 40
        .equ BEFORE, 44

        str r0, [sp, #FRAME]
        ldrh r1, [r0]
        str r1, [sp, #BLOCKS]
        movs r1, r0
        adds r1, #32
        str r1, [sp, #BEFORE]
        adds r1, #8
        str r1, [sp, #BLOCK]
next_block:
        ldr r0, [sp, #BLOCKS]
        subs r0, #1
        bpl one_more
        b finished
one_more:
        str r0, [sp, #BLOCKS]
        ldr r7, [sp, #BLOCK]
        ldr r2, [r7]
        ldr r3, [r7, #4]
        ldr r0, [sp, #FRAME]
        ldrb r1, [r0, #4]
        cmp r1, #0
        beq alone
        ldr r1, [sp, #BEFORE]
        ldr r4, [r1]
        eors r2, r4
        ldr r4, [r1, #4]
        eors r3, r4
alone:
        rev r2, r2
        rev r3, r3
        adr r0, initial_permutation
        movs r1, #32
        bl gather
        str r4, [sp, #L]
        movs r1, #32
        bl gather
        str r4, [sp, #R]
        movs r0, #0
        str r0, [sp, #PASS]

next_pass:
        ldr r1, [sp, #PASS]
        lsls r1, r1, #3
        ldr r7, [sp, #FRAME]
        adds r7, r7, r1
        ldr r2, [r7, #8]
        ldr r3, [r7, #12]
        rev r2, r2
        rev r3, r3
        adr r0, choice_1
        movs r1, #28
        bl gather
        lsls r4, r4, #4
        str r4, [sp, #C]
        movs r1, #28
        bl gather
        lsls r4, r4, #4
        str r4, [sp, #D]
        movs r0, #0
        str r0, [sp, #ROUND]

next_round:
@ Backwards the last round key comes first.
        ldr r1, [sp, #ROUND]
        ldr r2, [sp, #FRAME]
        ldrb r2, [r2, #3]
        ldr r3, [sp, #PASS]
        lsrs r2, r3
        movs r3, #1
        ands r2, r3
        negs r2, r2
        lsrs r2, r2, #28
        eors r1, r2
        adr r0, turned
        ldrb r5, [r0, r1]
        movs r6, #28
        subs r6, r6, r5
        ldr r2, [sp, #C]
        movs r4, r2
        lsls r2, r5
        lsrs r4, r6
        orrs r2, r4
        ldr r3, [sp, #D]
        movs r4, r3
        lsls r3, r5
        lsrs r4, r6
        orrs r3, r4
        adr r0, choice_2
        movs r1, #24
        bl gather
        lsls r4, r4, #8
        str r4, [sp, #KEY_1]
        movs r1, #24
        bl gather
        lsls r4, r4, #8
        str r4, [sp, #KEY_2]

@ Expansion E is six bits at the top of R turned right by one, then by four to the left for each box.
        adr r0, boxes
        ldr r1, [sp, #KEY_1]
        ldr r2, [sp, #R]
        movs r3, #1
        rors r2, r3
        movs r3, #0
        movs r5, #28
        movs r6, #4
two_boxes:
        movs r4, r2
        eors r4, r1
        lsrs r4, r4, #26
        ldrb r4, [r0, r4]
        lsrs r4, r4, #4
        lsls r3, r3, #4
        orrs r3, r4
        rors r2, r5
        lsls r1, r1, #6
        movs r4, r2
        eors r4, r1
        lsrs r4, r4, #26
        ldrb r4, [r0, r4]
        lsls r4, r4, #28
        lsrs r4, r4, #28
        lsls r3, r3, #4
        orrs r3, r4
        rors r2, r5
        lsls r1, r1, #6
        adds r0, #64
        subs r6, #1
        beq boxes_done
        cmp r6, #2
        bne two_boxes
        ldr r1, [sp, #KEY_2]
        b two_boxes

boxes_done:
        movs r2, r3
        adr r0, permutation
        movs r1, #32
        bl gather
        ldr r1, [sp, #L]
        eors r1, r4
        ldr r2, [sp, #R]
        str r2, [sp, #L]
        str r1, [sp, #R]
        ldr r0, [sp, #ROUND]
        adds r0, #1
        str r0, [sp, #ROUND]
        cmp r0, #16
        bne next_round

@ The last round does not exchange the halves.
        ldr r2, [sp, #L]
        ldr r3, [sp, #R]
        str r3, [sp, #L]
        str r2, [sp, #R]
        ldr r0, [sp, #PASS]
        adds r0, #1
        str r0, [sp, #PASS]
        ldr r1, [sp, #FRAME]
        ldrb r1, [r1, #2]
        cmp r0, r1
        bne next_pass

        ldr r2, [sp, #L]
        ldr r3, [sp, #R]
        adr r0, final_permutation
        movs r1, #32
        bl gather
        rev r4, r4
        ldr r7, [sp, #BLOCK]
        str r4, [r7]
        movs r1, #32
        bl gather
        rev r4, r4
        str r4, [r7, #4]
        str r7, [sp, #BEFORE]
        adds r7, #8
        str r7, [sp, #BLOCK]
        b next_block

finished:
        ldr r0, [sp, #FRAME]
        adds r0, #8
        movs r1, #24
        bl clear
        mov r0, sp
        movs r1, #48
        bl clear
        movs r2, #0
        movs r3, #0
        movs r0, #1
        add sp, #48
        pop {r4, r5, r6, r7, pc}

@ r1 bytes from r0 on become zeros.
clear:
        movs r2, #0
clear_word:
        subs r1, #4
        str r2, [r0, r1]
        bne clear_word
        bx lr

@ r4: r1 bits of the 64 bits r2, r3, by the numbers that r0 points to; r0 then points behind them. Takes r1, r5, r6.
gather:
        movs r4, #0
one_bit:
        ldrb r5, [r0]
        adds r0, #1
        movs r6, r2
        cmp r5, #33
        blo in_first
        movs r6, r3
        subs r5, #32
in_first:
        lsls r6, r5
        adcs r4, r4
        subs r1, #1
        bne one_bit
        bx lr

        .balign 4
@ Permuted choice 2, C from bit 1 on, D from bit 33 on.
choice_2:
        .byte 14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2
        .byte 45, 56, 35, 41, 51, 59, 34, 44, 55, 49, 37, 52, 48, 53, 43, 60, 38, 57, 50, 46, 54, 40, 33, 36
@ How far C and D are turned left.
turned:
        .byte 1, 2, 4, 6, 8, 10, 12, 14, 15, 17, 19, 21, 23, 25, 27, 28
permutation:
        .byte 16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10
        .byte 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25
@ C, then D.
choice_1:
        .byte 57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36
        .byte 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4
initial_permutation:
        .byte 58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8
        .byte 57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7
final_permutation:
        .byte 40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31, 38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29
        .byte 36, 4, 44, 12, 52, 20, 60, 28, 35, 3, 43, 11, 51, 19, 59, 27, 34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41, 9, 49, 17, 57, 25
@ The S-boxes by their six bits in order: S1 in the higher and S2 in the lower half of a byte, then S3 and S4 and so on.
boxes:
        .byte 0xef, 0x03, 0x41, 0xfd, 0xd8, 0x74, 0x1e, 0x47, 0x26, 0xef, 0xfb, 0x22, 0xb3, 0xd8, 0x84, 0x1e
        .byte 0x39, 0xac, 0xa7, 0x60, 0x62, 0xc1, 0xcd, 0xba, 0x5c, 0x96, 0x90, 0x59, 0x05, 0x3b, 0x7a, 0x85
        .byte 0x40, 0xfd, 0x1e, 0xc8, 0xe7, 0x8a, 0x8b, 0x21, 0xda, 0x43, 0x64, 0x9f, 0x2d, 0x14, 0xb1, 0x72
        .byte 0xf5, 0x5b, 0xc8, 0xb6, 0x9c, 0x37, 0x76, 0xec, 0x39, 0xa0, 0xa3, 0x05, 0x52, 0x6e, 0x0f, 0xd9
        .byte 0xa7, 0xdd, 0x0d, 0x78, 0x9e, 0x0b, 0xe3, 0x95, 0x60, 0x36, 0x36, 0x4f, 0xf9, 0x60, 0x5a, 0xa3
        .byte 0x11, 0x24, 0xd2, 0x87, 0xc8, 0x52, 0x75, 0xec, 0xbb, 0xc1, 0x4c, 0xba, 0x24, 0xfe, 0x8f, 0x19
        .byte 0xda, 0x13, 0x66, 0xaf, 0x49, 0xd0, 0x90, 0x06, 0x8c, 0x6a, 0xfb, 0x91, 0x37, 0x8d, 0x0d, 0x78
        .byte 0xbf, 0x49, 0x11, 0xf4, 0x23, 0xe5, 0xce, 0x3b, 0x55, 0xbc, 0xa2, 0x57, 0xe8, 0x22, 0x74, 0xce
        .byte 0x2c, 0xea, 0xc1, 0xbf, 0x4a, 0x24, 0x1f, 0xc2, 0x79, 0x47, 0xa2, 0x7c, 0xb6, 0xd9, 0x68, 0x15
        .byte 0x80, 0x56, 0x5d, 0x01, 0x33, 0xfd, 0xf4, 0xae, 0xde, 0x30, 0x07, 0x9b, 0xe5, 0x83, 0x9b, 0x68
        .byte 0x49, 0xb4, 0x2e, 0x83, 0x1f, 0xc2, 0xb5, 0x7c, 0xa2, 0x19, 0xd8, 0xe5, 0x7c, 0x2f, 0x83, 0xda
        .byte 0xf7, 0x6b, 0x90, 0xfe, 0xc4, 0x01, 0x5a, 0x97, 0x61, 0xa6, 0x3d, 0x40, 0x0b, 0x58, 0xe6, 0x3d
        .byte 0x4d, 0xd1, 0xb2, 0x0f, 0x28, 0xbd, 0xe4, 0x78, 0xf6, 0x4a, 0x0f, 0x93, 0x8b, 0x17, 0xd1, 0xa4
        .byte 0x3a, 0xec, 0xc9, 0x35, 0x93, 0x56, 0x7e, 0xcb, 0x55, 0x20, 0xa0, 0xfe, 0x6c, 0x89, 0x17, 0x62
        .byte 0x17, 0x62, 0x4b, 0xb1, 0xb4, 0xde, 0xd1, 0x87, 0xc9, 0x14, 0x3c, 0x4a, 0x7e, 0xa8, 0xe2, 0x7d
        .byte 0xa0, 0x9f, 0xf6, 0x5c, 0x6a, 0x09, 0x8d, 0xf0, 0x0f, 0xe3, 0x53, 0x25, 0x95, 0x36, 0x28, 0xcb
